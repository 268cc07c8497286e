# embed_literals(TEXT RESULT) sets RESULT to a C++ string literal of TEXT. Compilers need only take
# literals of 64 KiB; adjacent ones are joined.
function(embed_literals text result)
  string(LENGTH "${text}" length)
  set(literals "\"\"")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 part)
    string(APPEND literals "\n    R\"embedded(${part})embedded\"")
    math(EXPR at "${at} + 8000")
  endwhile()
  set(${result} "${literals}" PARENT_SCOPE)
endfunction()
