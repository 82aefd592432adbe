"""Functions of a whole vector of symbolic length n: the soft maxima and the soft arguments of the maximum."""

from sympy import Interval, Sum, Symbol, exp, log, oo

from symact.activation import Activation, Parameter, i, j, n, vector

beta = Symbol("beta", positive=True)
sharpness = Parameter(beta, default=1, domain=Interval.open(0, oo))

softmax = Activation(
    "softmax",
    exp(beta * vector[i]) / Sum(exp(beta * vector[j]), (j, 0, n - 1)),
    parameters=(sharpness,),
    summary="Soft argument of the maximum, inverse temperature β",
    source="Bridle 1990",
    module="Softmax",
    torch="nn.functional.softmax",
)

softmin = Activation(
    "softmin",
    exp(-vector[i]) / Sum(exp(-vector[j]), (j, 0, n - 1)),
    summary="Soft argument of the minimum",
    source="torch.nn.Softmin",
    module="Softmin",
    torch="nn.functional.softmin",
)

log_softmax = Activation(
    "log_softmax",
    log(exp(vector[i]) / Sum(exp(vector[j]), (j, 0, n - 1))),
    summary="Logarithm of the softmax",
    source="torch.nn.LogSoftmax",
    module="LogSoftmax",
    torch="nn.functional.log_softmax",
)

logsumexp = Activation(
    "logsumexp",
    log(Sum(exp(vector[j]), (j, 0, n - 1))),
    summary="Logarithm of the sum of exponentials",
    source="Boyd & Vandenberghe 2004, §3.1.5",
    module="LogSumExp",
    torch="logsumexp",
)

logmeanexp = Activation(
    "logmeanexp",
    log(Sum(exp(beta * vector[j]), (j, 0, n - 1)) / n) / beta,
    parameters=(sharpness,),
    summary="The soft maximum: logarithm of the mean of exponentials, inverse temperature β",
    source="LeCun, NYU DS-GA 1008 (2020), lecture 11.1",
    module="LogMeanExp",
)
