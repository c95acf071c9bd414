# cmake -D SOURCE=... -D HEADER=... -P commit.cmake: writes the current commit to a header, if it has
# changed.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=*
                WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
if(status)
  set(commit unknown)  # not a repository, for example a source archive
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define GENRE_COMMIT \"@commit@\"\n" @ONLY)
