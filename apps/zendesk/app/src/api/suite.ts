/** A case of the regression suite as apps/zendesk/suite.py answers; `fresh`: it was not there before. */
export interface KeptCase {
  name: string;
  by: string;
  at: string;
  action: string;
  fresh: boolean;
}
