# What `cmake --install` puts where: the programs, and what a desktop needs to offer the player and to give it its links.
include(GNUInstallDirs)

install(TARGETS mutoscope mutoscope-node mutoscope-tracker RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")

# What mutoscope-node says of itself, see app/node/CMakeLists.txt.
set(texts "${CMAKE_BINARY_DIR}/texts")
install(FILES "${texts}/mutoscope-node.1" docs/man/mutoscope.1 docs/man/mutoscope-tracker.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${texts}/mutoscope-node" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")

install(FILES packaging/desktop/mutoscope.desktop DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES packaging/desktop/io.mutoscope.mutoscope.metainfo.xml DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
install(FILES resources/mutoscope.svg DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
