# fish completion: the commands and flags in the output of --help.

# The commands of a group with their descriptions: of genre, or of `genre $argv`.
function __genre_commands
    genre $argv --help 2>/dev/null | sed -n '/^Subcommands:/,$ s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

# The commands on the command line, such as "model" and "pull".
function __genre_chosen
    set -l chosen
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; and continue
        __genre_commands $chosen | string match -qr -- "^$(string escape --style=regex -- $word)\t"; or break
        set -a chosen $word
    end
    string join \n -- $chosen
end

# Whether every word on the command line is a flag or a command.
function __genre_in_group
    test (count (string match -v -- '-*' (commandline -opc)[2..])) = (count (__genre_chosen))
end

function __genre_flags
    genre (__genre_chosen) --help 2>/dev/null |
        grep -oE '^  (-[a-z],)?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+'
end

complete -c genre -n '__genre_in_group; and __genre_commands (__genre_chosen) | string length -q' -f \
    -a '(__genre_commands (__genre_chosen))'
complete -c genre -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__genre_flags)'
