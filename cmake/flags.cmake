# One target carries what every file of ours is compiled with.
add_library(yx_flags INTERFACE)
target_include_directories(yx_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(yx_flags INTERFACE _GNU_SOURCE YIXIAN_VERSION="${PROJECT_VERSION}"
    $<$<CONFIG:Debug>:YIXIAN_DEBUG>)
target_compile_options(yx_flags INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
    -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough
    -fno-strict-overflow -fstack-protector-strong)
if(YIXIAN_WERROR)
    target_compile_options(yx_flags INTERFACE -Werror)
endif()
if(YIXIAN_SANITIZE)
    target_compile_options(yx_flags INTERFACE -fsanitize=${YIXIAN_SANITIZE}
        -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(yx_flags INTERFACE -fsanitize=${YIXIAN_SANITIZE})
endif()
if(YIXIAN_COVERAGE)
    target_compile_options(yx_flags INTERFACE --coverage)
    target_link_options(yx_flags INTERFACE --coverage)
endif()
