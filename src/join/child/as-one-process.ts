/**
 * Has the shell replaced by the command, where it is one simple command: `app --flag` becomes `exec app --flag`. Not every
 * shell does so by itself (Debian's does not), and then a signal for the application would end the shell in its place.
 * Anything else stays as it is. Pure.
 */
export function asOneProcess(command: string): string {
  const words = /^\s*([^\s=;&|<>()`$'"\\]+)(?=\s|$)/.exec(command);
  const first = words?.[1];
  if (first === undefined || notReplaceable.has(first) || hasOperators(command)) return command;
  return `exec ${command.trimStart()}`;
}

/** Reserved words, and what the shell itself carries out (POSIX, Shell Command Language, 2.4 and 2.14). */
const notReplaceable: ReadonlySet<string> = new Set(
  (
    '! { } case do done elif else esac fi for if in then until while function select time ' +
    '. : alias bg break cd command continue eval exec exit export false fg getopts jobs local read readonly return set ' +
    'shift source times trap true type ulimit umask unalias unset wait'
  ).split(' '),
);

/** Whether more than one command stands outside of quotes. */
function hasOperators(command: string): boolean {
  const unquoted = command.replaceAll(/\\.|'[^']*'|"(?:[^"\\]|\\.)*"/gs, '');
  // Of a redirection like 2>&1 the ampersand is no operator.
  return /[;|\n()`]|&/.test(unquoted.replaceAll(/[<>]&/g, ''));
}
