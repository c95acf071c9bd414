"""Asks a genre server for songs' genres by the Open Inference Protocol, with nothing but Python.

python3 examples/open_inference.py http://127.0.0.1:8080 SONG...
"""
import json
import struct
import sys
import urllib.request

url, *files = sys.argv[1:]
songs = [open(file, "rb").read() for file in files]
data = b"".join(struct.pack("<I", len(song)) + song for song in songs)
head = json.dumps({
    "inputs": [{"name": "audio", "datatype": "BYTES", "shape": [len(songs)],
                "parameters": {"binary_data_size": len(data)}}],
    "outputs": [{"name": "genre"}, {"name": "confident"}],
}).encode()
request = urllib.request.Request(f"{url}/v2/models/genre/infer", head + data,
                                 {"Inference-Header-Content-Length": str(len(head)),
                                  "Content-Type": "application/octet-stream"})
with urllib.request.urlopen(request) as response:
    genres, confident = (output["data"] for output in json.load(response)["outputs"])
for file, genre, sure in zip(files, genres, confident):
    print(file, genre, "" if sure else "(not confident)")
