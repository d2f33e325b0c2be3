# What `cmake --install` puts where: the programs, and what a desktop needs to offer the player and to give it its links.
include(GNUInstallDirs)

install(TARGETS mutoscope mutoscope-node mutoscope-tracker RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES packaging/desktop/mutoscope.desktop DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES packaging/desktop/io.mutoscope.mutoscope.metainfo.xml DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
install(FILES resources/mutoscope.svg DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
