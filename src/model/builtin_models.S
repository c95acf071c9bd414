/* The built-in models, embedded in the binary. Hidden symbols: the shared library does not export them. */
    .section .rodata
    .global genre_default_model
    .hidden genre_default_model
    .global genre_default_model_end
    .hidden genre_default_model_end
    .global genre_seed_model
    .hidden genre_seed_model
    .global genre_seed_model_end
    .hidden genre_seed_model_end
    .balign 16
genre_default_model:
    .incbin GENRE_DEFAULT_MODEL
genre_default_model_end:
    .balign 16
genre_seed_model:
    .incbin GENRE_SEED_MODEL
genre_seed_model_end:
    .section .note.GNU-stack, "", %progbits
