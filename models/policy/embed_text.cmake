# Writes a .cpp that holds a text file as a function of the program, with what CMake can do alone:
#   cmake -D INPUT=file -D OUTPUT=file.cpp -D HEADER=header -D FUNCTION=name -P embed_text.cmake
file(READ "${INPUT}" text)
# Compilers need only take literals of 64 KiB; adjacent ones are joined.
string(LENGTH "${text}" length)
set(literals "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 part)
  string(APPEND literals "    R\"embedded(${part})embedded\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE "${OUTPUT}" "// Made from ${INPUT} by embed_text.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE} {

std::string_view ${FUNCTION}() {
  return
${literals}    ;
}

}  // namespace ${NAMESPACE}
")
