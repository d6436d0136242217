"""Convolution layers and pooling: plain, depthwise and separable ones; the largest and the mean of windows."""

import numpy as np

import symcost as sc

names = ["convolution", "cnn-1d", "cnn-2d", "depthwise-convolution", "separable-convolution"]
print(sc.table([sc.architecture(name) for name in names], ["macs", "parameters", "depth"], "macs").render("text"))

separable, plain = sc.architecture("separable-convolution"), sc.architecture("cnn-1d")
sizes = {"T": 100, "I": 256, "H": 256, "K": 9}
print(f"separable : plain at K = 9, H = 256: {float(separable.at(**sizes).macs / plain.at(**sizes).macs):.3f}")

image = np.array([[31, 15, 28, 184], [0, 100, 70, 38], [12, 12, 7, 2], [12, 12, 45, 6]])
for layer in (sc.MaxPool2d(2), sc.AvgPool2d(2)):
    pooled, work = sc.count(layer, image[..., None])  # one channel, which comes last
    print(layer, pooled[..., 0].tolist(), work)
for name in ("max-pooling", "average-pooling"):
    net = sc.architecture(name)
    print(f"{net.name} of {sc.text(net.inputs[0].elements)} numbers: {net.macs} MACs, {net.parameters} parameters")
