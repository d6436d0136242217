"""Autoencoders of MNIST digits: fully connected, and convolutional with kernels of K x K. Which costs more?"""

import symcost as sc

K = sc.K
half = (K - 1) / 2  # so that a stride of 2 halves an image, for odd K
dnn = sc.architecture("dnn-autoencoder")
cnn = sc.Sequential(
    "CNN autoencoder, K x K",
    sc.Input(28, 28, 1),
    sc.Conv2d(1, 100, K, 2, half),
    sc.ReLU(),
    sc.Conv2d(100, 200, K, 2, half),
    sc.ReLU(),
    sc.ConvTranspose2d(200, 100, K, 2, half, 1),
    sc.ReLU(),
    sc.ConvTranspose2d(100, 1, K, 2, half, 1),
)
at_3 = cnn.at(K=3)
print(sc.table([dnn, cnn, at_3], ["macs", "parameters", "depth", "activations"], "macs").render("text"))

for net in (dnn, cnn, at_3):
    print(f"{net.name}: {net.parameters_by('lecture')} weights, {net.macs} multiply-accumulates an image")
ratio = [at_3.parameters_by("lecture") / dnn.parameters_by("lecture"), at_3.macs / dnn.macs]
print(f"convolutional : fully connected at K = 3: {float(ratio[0]):.2f} parameters, {float(ratio[1]):.0f} MACs")
