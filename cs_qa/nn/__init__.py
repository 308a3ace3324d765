"""The only door to torch, transformers and onnxruntime: encoder, heads, and their files."""
