// The manual and the shells' completions are printed by the program: they name what --help names.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';

const generate = async (what: string): Promise<string> =>
  (await run(['generate', what], { env: { SOURCE_DATE_EPOCH: '1700000000' } })).stdout;
const help = async (...of: string[]): Promise<string> => (await run([...of, '--help'])).stdout;

/** By subcommand, as --help prints them. */
const options = new Map<string, string[]>();
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  const [, listed = ''] = (await help()).split('Subcommands:');
  for (const [, command = ''] of listed.matchAll(/^ {2}(\S+)/gm)) {
    const names = [...(await help(command)).matchAll(/^ {2}(?:-\w,)?(--[\w-]+)/gm)];
    options.set(
      command,
      names.map(([, name = '']) => name),
    );
  }
  expect([...options.keys()]).toContain('serve');
  expect(options.get('serve')).toContain('--max-size');
  expect(options.get('serve')?.length).toBeGreaterThan(20);
});

/** What bash offers for the last of `words`. */
async function offered(...words: string[]): Promise<string[]> {
  const script = join(folder, 'bash');
  await writeFile(script, await generate('bash'));
  const ask =
    'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ' +
    'compopt() { COMPREPLY+=("compopt $*"); }; _image_cache; printf "%s\\n" "${COMPREPLY[@]}"';
  const answer = execFileSync('bash', ['-c', ask, 'bash', script, 'image-cache', ...words]);
  return answer.toString().trim().split('\n');
}

describe('bash', () => {
  it('offers the subcommands', async () => {
    expect(await offered('')).toEqual([...options.keys(), '--help', '--version']);
    expect(await offered('ver')).toEqual(['verify']);
  });
  it('offers the options of each, and no other', async () => {
    for (const [command, names] of options)
      expect((await offered(command, '--')).sort()).toEqual([...names].sort());
  });
  it('offers values, files and folders where an option takes them', async () => {
    expect(await offered('serve', '--log-format', '')).toEqual(['text', 'json']);
    expect(await offered('serve', '--config', '')).toEqual(['compopt -o default']);
    expect(await offered('verify', '--cache-dir', '')).toEqual(['compopt -o dirnames']);
    expect(await offered('serve', '--max-size', '')).toEqual(['']);
    expect(await offered('warm', 'list')).toEqual(['compopt -o default']);
    expect(await offered('warm', '--max-s')).toEqual(['--max-size']);
  });
});

describe.each(['zsh', 'fish'])('%s', (shell) => {
  it('accepts its script', async () => {
    const script = join(folder, shell);
    await writeFile(script, await generate(shell));
    const checked = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
    expect(checked.error).toBeUndefined();
    expect(checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  });
});

it('zsh and fish know every option of every subcommand', async () => {
  const zsh = await generate('zsh');
  const fish = await generate('fish');
  for (const [command, names] of options) {
    const inZsh = zsh.slice(zsh.indexOf(`    ${command}) _arguments`)).split(';;')[0] ?? '';
    for (const name of names) {
      expect(inZsh).toMatch(new RegExp(`'\\*?${name}\\[`));
      const seen = `'__fish_seen_subcommand_from ${command}' -l ${name.slice(2)} `;
      expect(fish).toContain(seen);
    }
  }
});

it('fish offers what an option takes', async () => {
  const script = join(folder, 'image-cache.fish');
  await writeFile(script, await generate('fish'));
  const ask = `source ${script}; complete -C 'image-cache serve --log-format '`;
  const answer = execFileSync('fish', ['--no-config', '-c', ask], {
    env: { ...process.env, HOME: folder },
  });
  // Each with what it is about behind a tab.
  const values = answer.toString().trim().split('\n');
  expect(values.map((line) => line.split('\t')[0]).sort()).toEqual(['json', 'text']);
});

it('the manual has nothing that mandoc complains of, and every option', async () => {
  const page = join(folder, 'image-cache.1');
  await writeFile(page, await generate('man'));
  const lint = spawnSync('mandoc', ['-T', 'lint', page], { encoding: 'utf8' });
  expect(lint.error).toBeUndefined();
  expect(lint.stdout).toBe('');
  expect(lint.status).toBe(0);
  const read = execFileSync('mandoc', ['-T', 'utf8', '-O', 'width=500', page]).toString();
  // Bold is written by overstriking.
  // eslint-disable-next-line no-control-regex -- see above
  const text = read.replace(/.\x08/g, '');
  expect(text).toContain('November 14, 2023');
  for (const [command, names] of options) {
    const section = text.slice(text.indexOf(`\n   ${command}\n`)).split(/\n {3}\S/)[1] ?? '';
    expect(section, command).not.toBe('');
    for (const name of names) expect(section, command).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
  }
});

it('generate is not offered to who asks for help, and says what it prints', async () => {
  expect(await help()).not.toContain('generate');
  const wrong = await run(['generate', 'tcsh']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('tcsh');
});
