/** Scripts for shells that complete the bare executable; behind `kubectl canary` kubectl does it. */

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

export type Shell = (typeof shells)[number]

/** The script for a program of this name: `kubectl-canary`. */
export function completionScript(shell: Shell, program: string): string {
  const name = program.replace(/\W/g, '_')
  return scripts[shell](program, name)
}

type Script = (program: string, name: string) => string

const bash: Script = (program, name) => `# bash completion of ${program}: source this file
__${name}_complete() {
  local out directive word cur=\${COMP_WORDS[COMP_CWORD]}
  out=$(${program} __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$word")
  done <<<"$out"
  (( directive & 2 )) && compopt -o nospace
  (( directive & 4 )) || compopt -o default
}
complete -F __${name}_complete ${program}
`

const zsh: Script = (program, name) => `#compdef ${program}
__${name}_complete() {
  local out directive line
  local -a candidates
  out=$(${program} __complete "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null) || return
  directive=\${out##*:}
  for line in \${(f)\${out%:*}}; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( directive & 2 )); then _describe '' candidates -S ''; else _describe '' candidates; fi
  (( directive & 4 )) || _files
}
compdef __${name}_complete ${program}
`

const fish: Script = (program, name) => `# fish completion of ${program}: source this file
function __${name}_complete
  set -l words (commandline -opc) (commandline -ct)
  ${program} __complete $words[2..] 2>/dev/null | string match -v -r '^:\\d+$'
end
complete -c ${program} -f -a '(__${name}_complete)'
`

const powershell: Script = (program) => `# PowerShell completion of ${program}: run this script
Register-ArgumentCompleter -Native -CommandName '${program}' -ScriptBlock {
  param($wordToComplete, $commandAst)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  & ${program} __complete @words 2>$null | Where-Object { $_ -notmatch '^:\\d+$' } | ForEach-Object {
    $word, $about = $_ -split "\`t", 2
    if (-not $about) { $about = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
  }
}
`

const scripts: Record<Shell, Script> = { bash, zsh, fish, powershell }
