# mutoscope_library(NAME [PUBLIC libs…] [PRIVATE libs…]): a static library of all sources of its folder.
# Headers with Q_OBJECT are found by automoc. Subfolders are listed by their own targets or with DIRS.
function(mutoscope_library name)
    cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;DIRS" ${ARGN})
    set(sources)
    foreach(dir IN ITEMS . ${ARG_DIRS})
        file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.h")
        list(APPEND sources ${found})
    endforeach()
    add_library(${name} STATIC ${sources})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PUBLIC mutoscope_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()
