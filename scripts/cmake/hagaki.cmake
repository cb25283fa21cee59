# How a folder of the house becomes a target. Every rule about layers, warnings and embedded data
# that CMake can enforce is in this file.

option(HAGAKI_WERROR "Warnings are errors" OFF)
option(HAGAKI_PRECOMPILE "Standard headers are compiled once: quicker where nothing is built yet" OFF)

find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

# What every one of our targets compiles with; packages never see it.
add_library(hagaki_flags INTERFACE)
target_compile_features(hagaki_flags INTERFACE cxx_std_20)
target_compile_options(hagaki_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                              $<$<BOOL:${HAGAKI_WERROR}>:-Werror>)
if(CMAKE_UNITY_BUILD)
  # To the compiler each file of ours is then a header, whose types should not hold what is local to a file.
  target_compile_options(hagaki_flags INTERFACE -Wno-subobject-linkage)
endif()

# hagaki_precompile(TARGET): most of what the compiler reads are these headers. hagaki_base compiles them for
# all. A file that forgets to include one of them is found by builds without, and by clang-tidy.
function(hagaki_precompile target)
  if(NOT HAGAKI_PRECOMPILE)
    return()
  endif()
  if(target STREQUAL hagaki_base)
    target_precompile_headers(
      ${target} PRIVATE <algorithm> <chrono> <functional> <map> <memory> <optional> <string>
                        <string_view> <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>)
  else()
    target_precompile_headers(${target} REUSE_FROM hagaki_base)
  endif()
endfunction()

# hagaki_apart(file...): a unity build compiles these by themselves, since they have names in common with another
# file of their folder. All other builds compile each file by itself.
function(hagaki_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# hagaki_library(NAME SOURCES file... [USES folder...] [PACKAGES target...] [PUBLIC_PACKAGES target...])
#
# Makes hagaki::NAME of lib/NAME. Its headers are reached as "NAME/x.h" through an include folder of
# its own, so a folder that is not in USES (or behind one that is) cannot even be found by the
# compiler. PACKAGES stay private to the folder.
function(hagaki_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;PACKAGES;PUBLIC_PACKAGES" ${ARGN})
  set(target hagaki_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(hagaki::${name} ALIAS ${target})

  set(view ${PROJECT_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${view}/${name} SYMBOLIC)
  target_include_directories(${target} PUBLIC ${view})

  list(TRANSFORM arg_USES PREPEND hagaki::)
  target_link_libraries(${target} PUBLIC ${arg_USES} ${arg_PUBLIC_PACKAGES}
                                  PRIVATE hagaki_flags ${arg_PACKAGES})
  hagaki_precompile(${target})
endfunction()

# hagaki_embed(NAME file...)
#
# Compiles data files into hagaki::NAME. `data/bounce-rules.json` is declared by
# `HAGAKI_EMBEDDED(bounce_rules_json)` (base/embedded.h) inside namespace hagaki::embedded.
function(hagaki_embed name)
  foreach(file ${ARGN})
    get_filename_component(base ${file} NAME)
    string(MAKE_C_IDENTIFIER ${base} symbol)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp)
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUT=${out}
              -DSYMBOL=${symbol} -P ${PROJECT_SOURCE_DIR}/scripts/cmake/embed.cmake
      DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${PROJECT_SOURCE_DIR}/scripts/cmake/embed.cmake
      VERBATIM)
    target_sources(hagaki_${name} PRIVATE ${out})
    hagaki_apart(${out})
    install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/hagaki)
  endforeach()
endfunction()

# hagaki_tool(NAME SOURCES file... USES folder...)
#
# Makes bin/NAME and installs it. Completions for bash, zsh and fish are written by the tool itself
# from the option table that also makes its --help.
function(hagaki_tool name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;PACKAGES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  list(TRANSFORM arg_USES PREPEND hagaki::)
  target_link_libraries(${name} PRIVATE hagaki_flags hagaki::cli ${arg_USES} ${arg_PACKAGES})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  hagaki_precompile(${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

  set(dir ${PROJECT_BINARY_DIR}/completions)
  file(MAKE_DIRECTORY ${dir})
  add_custom_command(
    TARGET ${name} POST_BUILD
    COMMAND $<TARGET_FILE:${name}> --print-completion bash > ${dir}/${name}
    COMMAND $<TARGET_FILE:${name}> --print-completion zsh > ${dir}/_${name}
    COMMAND $<TARGET_FILE:${name}> --print-completion fish > ${dir}/${name}.fish
    COMMENT "Completions of ${name}")
  install(FILES ${dir}/${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${dir}/_${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES ${dir}/${name}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endfunction()
