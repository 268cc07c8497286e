# Writes a .cpp that holds the YAML files of a folder as a function of the program:
#   cmake -D INPUT=folder -D OUTPUT=file.cpp -D HEADER=header -D FUNCTION=name -P embed_folder.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../policy/embed_literals.cmake)
file(GLOB paths LIST_DIRECTORIES false "${INPUT}/*.yaml")
list(SORT paths)
set(entries "")
foreach(path IN LISTS paths)
  get_filename_component(name "${path}" NAME)
  file(READ "${path}" text)
  embed_literals("${text}" literals)
  string(APPEND entries "    {\"${name}\", ${literals}},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made from ${INPUT} by embed_folder.cmake.
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
