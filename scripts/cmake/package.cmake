# cpack: a Debian package and a tar.gz with binaries, manuals, data files and completions.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME hagaki)
set(CPACK_PACKAGE_VENDOR "The hagaki authors")
set(CPACK_PACKAGE_CONTACT "The hagaki authors <hagaki@hagaki.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Mail campaigns as a shell pipeline")
set(CPACK_PACKAGE_DESCRIPTION
    "Small tools for people who send mail to a list: collect recipients and resolve where their
 mail goes, prune the list by rules, send one personal message to each, understand the bounces, and
 look up blocklists. They pass JSON lines to each other.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md
              ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
include(CPack)
