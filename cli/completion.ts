import type { CliContext } from './context.ts';
import { defineCommand, type NoFlags } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice } from './flags.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** What the scripts call with the words before the cursor, the last one unfinished or empty; it answers a proposal a line. */
export const completeCommand = '__complete';

/** Gives the script that makes a shell complete this command line. */
export const completion = defineCommand<NoFlags, [shell: Shell]>(
  {
    docs: withExamples(
      'Give the completions for a shell',
      'eval "$(drillbook completion bash)"        # in ~/.bashrc',
      'eval "$(drillbook completion zsh)"         # in ~/.zshrc, after compinit',
      'drillbook completion fish > ~/.config/fish/completions/drillbook.fish',
    ),
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          {
            brief: 'bash, zsh or fish',
            parse: choice(shells),
            placeholder: 'SHELL',
            proposeCompletions: (partial: string) => shells.filter(shell => shell.startsWith(partial)),
          },
        ],
      },
    },
  },
  giveScript,
);

function giveScript({ terminal }: CliContext, _flags: NoFlags, shell: Shell): Promise<ExitCode> {
  terminal.answer(scripts[shell]);
  return Promise.resolve(exitCodes.fine);
}

// Where nothing is proposed, a shell offers files.
const scripts: Readonly<Record<Shell, string>> = {
  // Without mapfile: macOS has bash 3.2.
  bash: `_drillbook() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" ${completeCommand} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _drillbook drillbook
`,
  zsh: `#compdef drillbook
_drillbook() {
  local -a proposals
  proposals=("\${(@f)$("\${words[1]}" ${completeCommand} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${proposals[1]}" ]]; then compadd -- "\${proposals[@]}"; else _files; fi
}
compdef _drillbook drillbook
`,
  fish: `function __drillbook_complete
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -l proposals ($words[1] ${completeCommand} $words[2..-1] "$last" 2>/dev/null)
  if test (count $proposals) -gt 0
    printf '%s\\n' $proposals
  else
    __fish_complete_path "$last"
  end
end
complete -c drillbook -f -a '(__drillbook_complete)'
`,
};
