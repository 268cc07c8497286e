# Writes a .cpp that holds the YAML files of a folder as a function of the program:
#   cmake -D FOLDER=folder -D OUTPUT=file.cpp -D HEADER=header -D FUNCTION=name -P embed_folder.cmake
file(GLOB paths LIST_DIRECTORIES false "${FOLDER}/*.yaml")
list(SORT paths)
set(entries "")
foreach(path IN LISTS paths)
  get_filename_component(name "${path}" NAME)
  file(READ "${path}" text)
  # Compilers need only take literals of 64 KiB; adjacent ones are joined.
  string(LENGTH "${text}" length)
  set(literals "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 part)
    string(APPEND literals "\n     R\"embedded(${part})embedded\"")
    math(EXPR at "${at} + 8000")
  endwhile()
  if(literals STREQUAL "")
    set(literals "\"\"")
  endif()
  string(APPEND entries "    {\"${name}\",${literals}},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made from ${FOLDER} by embed_folder.cmake.
#include \"${HEADER}\"

namespace models {

std::span<const EmbeddedFile> ${FUNCTION}() {
  static constexpr EmbeddedFile kFiles[] = {
    {},
${entries}  };
  return std::span(kFiles).subspan(1);
}

}  // namespace models
")
