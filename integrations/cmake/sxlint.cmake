# SPDX-License-Identifier: MIT
# sxlint_check(NAME PATH... [DEPENDS TARGET...]): a target that checks what was built and signed, and a
# test of the same name for CTest. It is no part of "all", since signing comes after.
#
#   include(cmake/sxlint.cmake)
#   sxlint_check(check-waffle "$<TARGET_BUNDLE_DIR:Waffle>" DEPENDS sign-waffle)
include_guard(GLOBAL)

function(sxlint_check name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS")
  if(NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sxlint_check(${name}): no paths to check")
  endif()
  find_program(SXLINT sxlint)
  if(NOT SXLINT)
    message(FATAL_ERROR "sxlint_check(${name}): sxlint is not installed; set SXLINT to where it is")
  endif()
  set(command "${SXLINT}" check --no-progress -- ${arg_UNPARSED_ARGUMENTS})
  add_custom_target(${name} COMMAND ${command} COMMENT "sxlint: ${name}" USES_TERMINAL VERBATIM)
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  add_test(NAME ${name} COMMAND ${command})
endfunction()
