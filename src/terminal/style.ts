/** How text is to look: colours or none, the width to keep to, and whether long lists are cut. */
import picocolors from 'picocolors';

export type Colours = ReturnType<typeof picocolors.createColors>;

export interface Style {
  readonly colours: Colours;
  /** A person looks at it: details stand on lines of their own, lists are cut. */
  readonly terminal: boolean;
  /** Columns that a line may take; Infinity where nobody looks. */
  readonly width: number;
  /** How many entries of a list are shown. */
  readonly listLimit: number;
  readonly verbose: boolean;
}

const listLimit = 40;

export function styleFor(options: {
  readonly colour: boolean;
  readonly terminal: boolean;
  readonly columns?: number | undefined;
  readonly verbose: boolean;
}): Style {
  const { colour, terminal, columns = 80, verbose } = options;
  return {
    colours: picocolors.createColors(colour),
    terminal,
    width: terminal ? Math.max(columns, 20) : Infinity,
    listLimit: terminal && !verbose ? listLimit : Infinity,
    verbose,
  };
}
