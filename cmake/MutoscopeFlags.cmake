# The one INTERFACE target that carries the flags of all our own code.
option(MUTOSCOPE_WERROR "Treat warnings as errors" OFF)
# Off where every file must name what it needs: the release preset.
option(MUTOSCOPE_PRECOMPILE "Compile the headers that most files need only once" OFF)
set(MUTOSCOPE_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, e.g. address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(MUTOSCOPE_CCACHE ccache)
if(MUTOSCOPE_CCACHE)
    # What ccache asks for where headers are precompiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${MUTOSCOPE_CCACHE}")
endif()
find_program(MUTOSCOPE_MOLD mold)
if(MUTOSCOPE_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

add_library(mutoscope_flags INTERFACE)
target_compile_options(mutoscope_flags INTERFACE -pthread -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wconversion -Wno-sign-conversion -Wswitch-enum -fstack-protector-strong)
target_compile_definitions(mutoscope_flags INTERFACE MUTOSCOPE_VERSION="${PROJECT_VERSION}" QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS
    QT_NO_URL_CAST_FROM_STRING QT_NO_NARROWING_CONVERSIONS_IN_CONNECT)
add_link_options(-Wl,--as-needed)
target_include_directories(mutoscope_flags INTERFACE "${CMAKE_SOURCE_DIR}")
if(MUTOSCOPE_CCACHE AND MUTOSCOPE_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mutoscope_flags INTERFACE -fpch-preprocess)
endif()
if(MUTOSCOPE_WERROR)
    # What GCC 12 reports where it can't be stays a warning: std::optional uninitialised, std::string read beyond its end.
    target_compile_options(mutoscope_flags INTERFACE -Werror -Wno-error=maybe-uninitialized -Wno-error=stringop-overread)
endif()
if(MUTOSCOPE_SANITIZE)
    add_compile_options(-fsanitize=${MUTOSCOPE_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${MUTOSCOPE_SANITIZE})
else()
    target_compile_definitions(mutoscope_flags INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
endif()
