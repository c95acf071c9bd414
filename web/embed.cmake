# Writes ASSETS.cpp and ASSETS.S, which make the files of FOLDER part of a program
# (server/page/assets.h). A file.gz beside a file is the same compressed.
set(types
  css "text/css" html "text/html\; charset=utf-8" js "text/javascript" svg "image/svg+xml")
set(blobs "")
set(symbols "")
set(rows "")
set(n 0)
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(FILTER files EXCLUDE REGEX "\\.gz$")
foreach(file IN LISTS files)
  string(REGEX MATCH "[a-z]+$" extension ${file})
  list(FIND types ${extension} at)
  if(at EQUAL -1)
    message(FATAL_ERROR "embed.cmake does not know the content type of ${file}")
  endif()
  math(EXPR at "${at} + 1")
  list(GET types ${at} type)

  file(SHA256 ${FOLDER}/${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  set(immutable false)
  if(file MATCHES "^assets/")
    set(immutable true)  # Vite puts a hash into their names
  endif()
  string(REGEX REPLACE "^index\\.html$" "" path ${file})
  string(REGEX REPLACE "\\.html$" "" path "${path}")

  set(gzip "")
  foreach(variant "" .gz)
    if(EXISTS ${FOLDER}/${file}${variant})
      string(APPEND blobs "genre_asset_${n}:\n.incbin \"${FOLDER}/${file}${variant}\"\n")
      string(APPEND blobs "genre_asset_${n}_end:\n")
      string(APPEND blobs ".global genre_asset_${n}\n.global genre_asset_${n}_end\n")
      string(APPEND symbols "extern const char genre_asset_${n}[], genre_asset_${n}_end[];\n")
      set(bytes${variant} "{genre_asset_${n}, genre_asset_${n}_end}")
      math(EXPR n "${n} + 1")
    else()
      set(bytes${variant} "{}")
    endif()
  endforeach()
  string(APPEND rows "    {\"/${path}\", \"${type}\", R\"(W/\"${hash}\")\", ${immutable},\n"
                     "     ${bytes}, ${bytes.gz}},\n")
endforeach()

file(WRITE ${ASSETS}.S ".section .rodata\n${blobs}.section .note.GNU-stack, \"\", %progbits\n")
file(WRITE ${ASSETS}.cpp "#include \"server/page/assets.h\"

extern \"C\" {
${symbols}}

namespace genre::server {

std::span<const Asset> assets() {
  static const Asset all[] = {
${rows}  };
  return all;
}

}  // namespace genre::server
")
