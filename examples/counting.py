"""Counting: multiplications, additions and multiply-accumulates of products, affine layers and a classifier."""

import symcost as sc

# A dot product of n numbers is n multiply-accumulates: n multiplications, and one addition less.
multiplications = sc.Convention("multiplications", {"mac": 1, "mul": 1})
additions = sc.Convention("additions", {"mac": 1, "add": 1}, dot=-1)

networks = {
    "M x N matrix times vector": sc.architecture("matrix-vector"),
    "2 x 2 matrix times vector": sc.architecture("matrix-vector").at(M=2, N=2),
    "affine layer": sc.architecture("affine"),
    "MNIST classifier": sc.architecture("mnist"),
    "MNIST classifier, 300 hidden": sc.architecture("mnist").at(N_hidden=300),
}
for name, net in networks.items():
    print(f"{name}:")
    print(f"  multiplications       {net.cost(multiplications)}")
    print(f"  additions             {net.cost(additions)}")
    print(f"  multiply-accumulates  {net.macs}")
    print(f"  parameters            {net.parameters}")
    print(f"  depth in layers       {net.depth}")

print("Numbers in a tensor:")
B, C, D, H, K, M, N, W = (sc.dimension(name) for name in "BCDHKMNW")
C_out, C_in = sc.dimension("C_out"), sc.dimension("C_in")
tensors = {
    "scalar": sc.Input(),
    "vector": sc.Input(D),
    "matrix": sc.Input(N, M),
    "convolution kernel": sc.Input(C_out, C_in, K),
    "colour images": sc.Input(B, C, H, W),
}
for name, tensor in tensors.items():
    print(f"  {name}: {sc.text(tensor.elements)}")
