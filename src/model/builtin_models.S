/* The built-in models, embedded in the binary. Hidden symbols: the shared library does not export them. */
    .macro embed name, file
    .global \name
    .hidden \name
    .global \name\()_end
    .hidden \name\()_end
    .balign 16
\name:
    .incbin "\file"
\name\()_end:
    .endm

    .section .rodata
    embed genre_default_model, GENRE_DEFAULT_MODEL
    embed genre_seed_model, GENRE_SEED_MODEL
    embed genre_best_model, GENRE_BEST_MODEL
    embed genre_best_mn04_model, GENRE_BEST_MN04_MODEL
    .section .note.GNU-stack, "", %progbits
