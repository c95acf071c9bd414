# bash completion: the commands and flags in the output of --help.

# The commands of a group: of genre, or of `genre "$@"`.
_genre_commands() {
  genre "$@" --help 2>/dev/null | sed -n '/^Subcommands:/,$ s/^  \([a-z]*\) .*/\1/p'
}

_genre() {
  local word=${COMP_WORDS[COMP_CWORD]} commands=() choices i
  choices=$(_genre_commands)
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      grep -qxF -- "${COMP_WORDS[i]}" <<<"$choices" || break
      commands+=("${COMP_WORDS[i]}")
      choices=$(_genre_commands "${commands[@]}")
    fi
  done
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(genre "${commands[@]}" --help 2>/dev/null |
      grep -oE '^  (-[a-z],)?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+')" -- "$word")
  elif [[ $choices ]] && ((i == COMP_CWORD)); then
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
  fi
}
complete -o default -F _genre genre
