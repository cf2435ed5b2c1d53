// `help`: the commands, or one of them with an example.

import { didYouMean } from '../../gateway/protocol/nearest.ts';
import { type Command, misused } from '../command.ts';
import { shown } from '../device-prefix.ts';
import { refused, said } from '../outcome.ts';

/** The help of a monitor that has these commands, and help itself. */
export function helpOn(commands: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    usage: ['help [COMMAND]'],
    does: 'lists the commands, or shows one with an example',
    example: 'help log',
    looks: true,
    run(_desk, [word, ...rest]) {
      const all = [...commands, help];
      if (rest.length > 0) return misused(help, 'one COMMAND is wanted, or none');
      if (word === undefined) {
        const width = Math.max(...all.map(({ name }) => name.length)) + 2;
        const lines = all.map(({ name, does }) => name.padEnd(width) + does);
        return said(lines.join('\n'), { commands: all.map(plain) });
      }
      const found = all.find(({ name }) => name === word.replace(/^x\/.*$/, 'x'));
      if (found === undefined) return unknownCommand(word, all);
      const { usage, does, example, notes } = found;
      const more = notes === undefined ? [] : [`  ${notes}`];
      return said([...usage, `  ${does}`, ...more, `example: ${example}`].join('\n'), plain(found));
    },
  };
  return help;
}

function plain({ name, usage, does, notes, example, looks }: Command) {
  return { name, usage, does, ...(notes && { notes }), example, looks };
}

/** The refusal of a word that is no command. */
export function unknownCommand(word: string, commands: readonly Command[]) {
  const names = commands.map(({ name }) => name);
  const message = `there is no command "${shown(word)}"${didYouMean(word, names)}`;
  return refused('USAGE', message, '`help` lists them');
}
