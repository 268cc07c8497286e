# Writes a .cpp that holds a text file as a function of the program, with what CMake can do alone:
#   cmake -D INPUT=file -D OUTPUT=file.cpp -D HEADER=header -D FUNCTION=name -P embed_text.cmake
include(${CMAKE_CURRENT_LIST_DIR}/embed_literals.cmake)
file(READ "${INPUT}" text)
embed_literals("${text}" literals)
file(WRITE "${OUTPUT}" "// Made from ${INPUT} by embed_text.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE} {

std::string_view ${FUNCTION}() {
  return ${literals};
}

}  // namespace ${NAMESPACE}
")
