# cmake -DNM=nm -DLIBRARIES=a;b -P: the library reports, it never prints and never exits.
cmake_minimum_required(VERSION 3.25)
set(forbidden "^ *U (exit|_exit|abort|stdout|stderr|puts|putchar|printf|__printf_chk|__fprintf_chk|fwrite|std::cout|std::cerr|std::clog)(@|$)")
foreach(library IN LISTS LIBRARIES)
  execute_process(COMMAND ${NM} --undefined-only --demangle ${library}
                  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" symbols "${symbols}")
  list(FILTER symbols INCLUDE REGEX "${forbidden}")
  if(symbols)
    message(SEND_ERROR "${library} prints or exits: ${symbols}")
  endif()
endforeach()
