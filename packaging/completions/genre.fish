# fish completion: the commands and flags in the output of --help.
function __genre_commands
    genre --help 2>/dev/null | sed -n '/^Subcommands:/,$ s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end
function __genre_flags
    set -l words (commandline -opc)
    genre (string match -v -- '-*' $words[2]) --help 2>/dev/null |
        grep -oE '^  (-[a-z],)?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+'
end
complete -c genre -n __fish_use_subcommand -f -a '(__genre_commands)'
complete -c genre -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__genre_flags)'
