# Debian 12's libraries, each an imported target.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(pair zmq:libzmq protobuf_c:libprotobuf-c lmdb:lmdb sodium:libsodium
        utf8proc:libutf8proc xxhash:libxxhash cyaml:libcyaml yaml:yaml-0.1 jansson:jansson
        systemd:libsystemd microhttpd:libmicrohttpd cmocka:cmocka curses:ncursesw
        zip:libzip expat:expat xlsxwriter:xlsxwriter)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 module)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
endforeach()
find_program(PROTOC_C protoc-c REQUIRED)
