/* openapi.json, embedded in the program. */
    .section .rodata
    .global genre_openapi
    .global genre_openapi_end
genre_openapi:
    .incbin GENRE_OPENAPI
genre_openapi_end:
    .section .note.GNU-stack, "", %progbits
