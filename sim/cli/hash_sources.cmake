# Writes OUTPUT: the function sources_hash() of sim/cli/version.hpp, whose value changes with
# every change of a source in FOLDERS. Run from the project's folder.
set(all "")
foreach(folder IN LISTS FOLDERS)
  file(GLOB sources RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
       ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.hpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.yaml)
  list(SORT sources)
  foreach(source IN LISTS sources)
    file(SHA256 ${CMAKE_CURRENT_SOURCE_DIR}/${source} digest)
    string(APPEND all "${source} ${digest}\n")
  endforeach()
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 digest)
set(text "#include \"sim/cli/version.hpp\"\n
std::string_view sim::cli::sources_hash() { return \"${digest}\"; }\n")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
