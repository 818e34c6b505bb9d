/** What a ticket may be kept as. */
export type Keeping = 'suite' | 'training';

/** A case of the regression suite, or an exercise, as apps/zendesk/suite.py answers; `fresh`: it was not there before. */
export interface KeptCase {
  name: string;
  by: string;
  at: string;
  fresh: boolean;
}
