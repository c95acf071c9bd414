# bash completion: the commands and flags in the output of --help.
_genre() {
  local word=${COMP_WORDS[COMP_CWORD]} command="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      break
    fi
  done
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(genre $command --help 2>/dev/null |
      grep -oE '^  (-[a-z],)?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+')" -- "$word")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(genre --help 2>/dev/null |
      sed -n '/^Subcommands:/,$ s/^  \([a-z]*\) .*/\1/p')" -- "$word")
  fi
}
complete -o default -F _genre genre
