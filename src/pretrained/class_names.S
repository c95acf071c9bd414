/* The names of the networks' classes, one a line, embedded in the program. */
    .section .rodata
    .global genre_audioset_classes
    .global genre_audioset_classes_end
    .global genre_musicnn_tags
    .global genre_musicnn_tags_end
genre_audioset_classes:
    .incbin GENRE_AUDIOSET_CLASSES
genre_audioset_classes_end:
genre_musicnn_tags:
    .incbin GENRE_MUSICNN_TAGS
genre_musicnn_tags_end:
    .section .note.GNU-stack, "", %progbits
