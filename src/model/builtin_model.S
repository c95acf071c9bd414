/* models/default.onnx, embedded in the program. */
    .section .rodata
    .global genre_builtin_model
    .global genre_builtin_model_end
    .balign 16
genre_builtin_model:
    .incbin GENRE_DEFAULT_MODEL
genre_builtin_model_end:
    .section .note.GNU-stack, "", %progbits
