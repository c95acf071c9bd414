/* The names of AudioSet's classes, one a line, embedded in the program. */
    .section .rodata
    .global genre_audioset_classes
    .global genre_audioset_classes_end
genre_audioset_classes:
    .incbin GENRE_AUDIOSET_CLASSES
genre_audioset_classes_end:
    .section .note.GNU-stack, "", %progbits
