# cmake -D HELP2MAN=... -D PROGRAM=... -D COMMAND=... -D VERSION=... -D PAGE=... -P man_page.cmake
# writes PAGE.gz, the man page of a command, from its --help.
cmake_minimum_required(VERSION 3.25)
set(ENV{HOME} "~")  # for the defaults in --help
separate_arguments(words UNIX_COMMAND "${COMMAND}")
execute_process(COMMAND ${PROGRAM} ${words} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "^[^\n]+" purpose "${help}")
string(REGEX REPLACE "\\.$" "" purpose "${purpose}")
execute_process(
  COMMAND ${HELP2MAN} --no-info --section=1 --name=${purpose} --version-string=${VERSION}
          --source=genre\ ${VERSION} --manual=genre --include=${CMAKE_CURRENT_LIST_DIR}/see_also.txt
          --output=${PAGE} "${PROGRAM} ${COMMAND}"
  COMMAND_ERROR_IS_FATAL ANY)
# help2man uses the name of the program. The page needs that of the command.
string(REGEX REPLACE "\\.1$" "" name ${PAGE})
string(TOUPPER ${name} title)
string(REPLACE "-" "\\\\-" escaped ${name})
file(READ ${PAGE} text)
string(REGEX REPLACE "\n\\.TH [^ ]+" "\n.TH ${title}" text "${text}")
string(REGEX REPLACE "\n\\.SH NAME\n[^\n]* \\\\- " "\n.SH NAME\n${escaped} \\\\- " text "${text}")
file(WRITE ${PAGE} "${text}")
execute_process(COMMAND gzip -9 -n -f ${PAGE} COMMAND_ERROR_IS_FATAL ANY)
