"""A convolution as a subclass of Module, with forward as in PyTorch."""

import random

from micrograd.engine import Value
from micrograd.nn import Layer, Module


class Conv2d(Module):
    def __init__(self, kernel_size, out_channels):
        super().__init__()
        self.k = kernel_size
        self.kernels = [
            [
                [Value(random.uniform(-1, 1)) for _ in range(self.k)]
                for _ in range(self.k)
            ]
            for _ in range(out_channels)
        ]

    def forward(self, image):
        size = len(image) - self.k + 1
        return [
            [
                [
                    sum(
                        kernel[i][j] * image[r + i][c + j]
                        for i in range(self.k)
                        for j in range(self.k)
                    ).relu()
                    for c in range(size)
                ]
                for r in range(size)
            ]
            for kernel in self.kernels
        ]


class Net(Module):
    def __init__(self):
        self.conv = Conv2d(3, 2)
        self.out = Layer(8, 2, nonlin=False)

    def forward(self, image):
        maps = self.conv(image)
        return self.out([x for channel in maps for row in channel for x in row])


random.seed(5)
bar = [[float(c == 1) for c in range(4)] for _ in range(4)]
beam = [[float(r == 1) for _ in range(4)] for r in range(4)]
net = Net()
for _ in range(30):
    loss = 0
    for image, target in ((bar, 0), (beam, 1)):
        logits = net(image)
        exps = [z.exp() for z in logits]
        loss += -(exps[target] / sum(exps)).log()
    net.zero_grad()
    loss.backward()
    for p in net.parameters():
        p.data -= 0.1 * p.grad
print(len(net.parameters()), loss.data < 0.3)
