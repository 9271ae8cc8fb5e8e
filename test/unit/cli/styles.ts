import { styleFor } from '../../../src/terminal/style.ts';

/** A pipe. */
export const plain = styleFor({ colour: false, terminal: false, verbose: false });
/** A terminal of 80 columns, its colours left out. */
export const terminal = styleFor({ colour: false, terminal: true, columns: 80, verbose: false });
export const verboseTerminal = styleFor({ colour: false, terminal: true, columns: 80, verbose: true });
export const coloured = styleFor({ colour: true, terminal: true, columns: 80, verbose: false });
