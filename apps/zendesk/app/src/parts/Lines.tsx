/** The shape of lines that are not there yet; nobody hears of it. */
export function Lines({ widths, height = 10 }: { widths: string[]; height?: number }) {
  return widths.map((width) => (
    <div className="skeleton" key={width} aria-hidden="true">
      <span style={{ width, height }} />
    </div>
  ));
}
