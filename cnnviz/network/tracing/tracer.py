"""One run of a module, recorded: every module, and every operation outside of layers, in the order they ran."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.lazy import LazyModuleMixin
from torch.utils._python_dispatch import TorchDispatchMode

from cnnviz.errors import SpecError
from cnnviz.network.connections import INPUT
from cnnviz.network.tracing.calls import Call, add_unused, first_shape
from cnnviz.network.tracing.labels import module_label, operation_label, operation_name
from cnnviz.network.tracing.operations import MetaOperations, tensors
from cnnviz.network.tracing.origins import mark, sources_of, told_apart
from cnnviz.network.tracing.replica import Replicas

_MOVES = frozenset(("clone", "contiguous", "detach", "to", "to_copy"))
"""Operations that compute nothing, besides those that PyTorch calls views."""


class Tracer(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Runs a copy of a module, in evaluation mode and without gradients, and records what happens.

    In inference mode operations arrive here as they were written (`linear`, `max_pool2d`), not in pieces.
    `failed` is the innermost call that raised the error which ended the run, if one did.
    """

    def __init__(self, module: nn.Module, copy_tensor: Callable[[Tensor], Tensor], operations: MetaOperations) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.root = Call("", "", module_label(module), is_leaf=False)
        self.failed: Call | None = None
        self.error: Exception | None = None
        self._module = module
        self._operations = operations
        self._paths = {id(inner): path for path, inner in module.named_modules()}
        self._times: Counter[str] = Counter()
        self._frames = [self.root]
        self._is_off = False
        self._originals = {id(tensor) for tensor in (*module.parameters(), *module.buffers())}
        with torch.inference_mode():
            self._replica: nn.Module = Replicas(copy_tensor, self._wrapped).of(module)
        self._names = {id(param): name for name, param in self._replica.named_parameters()}
        self._uncounted = {id(param): param for param in self._replica.parameters()}

    def run(self, x: Tensor) -> None:
        """Run the module on a batch of one and record what happens, an error included."""
        self.root.input_shape = first_shape([x])
        mark([x], INPUT)
        try:
            with torch.inference_mode(), self:
                output = self._replica(x)
        except Exception as error:
            self._note(error, self.root)
        else:
            self.failed = self.error = None  # what failed on the way was caught there
            self.root.end(output)
            if self._uncounted:
                add_unused(self.root, {self._names[key]: param for key, param in self._uncounted.items()}, self._module)

    def _wrapped(self, module: nn.Module, replica: nn.Module) -> Callable[..., Any]:
        """Return what runs in the place of a copy's forward."""
        forward: Callable[..., Any] = replica.forward
        path = self._paths.get(id(module))
        is_leaf = all(child is None for child in module._modules.values())

        def run(*args: Any, **kwargs: Any) -> Any:
            if isinstance(replica, LazyModuleMixin):
                self._materialize(replica, args, kwargs)
            if not path or self._frames[-1].is_leaf:
                return forward(*args, **kwargs)
            label = module_label(module if type(module) is type(replica) else replica)
            inputs = tensors((args, kwargs))
            call = Call(path, self._numbered(path), label, is_leaf, first_shape(inputs))
            call.hides_views = type(module).__module__.startswith("torch.nn.")
            call.sources = sources_of(inputs) if is_leaf else ()
            with self._inside(call):
                if is_leaf:
                    call.count(self._newly_used(replica.parameters()))
                call.end(output := forward(*args, **kwargs))
            return self._made(output, call, inputs, in_place=getattr(replica, "inplace", False)) if is_leaf else output

        return run

    def _made(self, output: Any, call: Call, inputs: list[Tensor], *, in_place: bool) -> Any:
        """Return the output of a leaf or operation, marked as its own."""
        if not in_place:
            self._is_off = True
            output = told_apart(output, inputs)
            self._is_off = False
        mark(tensors(output), (call.path,))
        return output

    @contextmanager
    def _inside(self, call: Call) -> Iterator[None]:
        """Run what is inside a call; one that fails with nothing inside it that works leaves no trace."""
        self._frames.append(call)
        try:
            yield
        except Exception as error:
            self._note(error, call)
            raise
        finally:
            self._frames.pop()
            if call.has_ended or call.inner:
                self._frames[-1].include(call)
            else:
                self._uncounted |= {id(param): param for param in call.params}

    def _materialize(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Give a lazy module its parameters, as its own hook would, unrecorded."""
        self._is_off = True
        try:
            module.initialize_parameters(*args, **kwargs)
        finally:
            self._is_off = False
        module.__class__ = module.cls_to_become or type(module)

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation, as part of the leaf it stands in or else as a call of its own."""
        kwargs = kwargs or {}
        if self._is_off:
            return operation(*args, **kwargs)
        inputs, frame = tensors((args, kwargs)), self._frames[-1]
        if any(id(tensor) in self._originals for tensor in inputs):
            raise SpecError(
                "a part of the module runs outside of its copy, as where a forward was replaced by a function that "
                "holds the module; it cannot be measured without being changed"
            )
        try:
            output, mult_adds = self._operations.run(operation, args, kwargs)
        except Exception as error:
            if not frame.is_leaf:
                self._note(error, self._operation_call(operation, args, kwargs, inputs))
            raise
        params = self._newly_used(inputs)
        if frame.is_leaf:
            frame.count(params, mult_adds)
        elif params or _is_shown(operation, inputs, tensors(output), frame):
            call = self._operation_call(operation, args, kwargs, inputs)
            call.count(params, mult_adds)
            call.end(output)
            frame.include(call)
            return self._made(output, call, inputs, in_place=operation._schema.is_mutable)
        else:  # it hands on what it was given
            mark(tensors(output), sources_of(inputs))
        return output

    def _operation_call(self, operation: Any, args: Any, kwargs: Any, inputs: list[Tensor]) -> Call:
        prefix = f"{self._frames[-1].name}." if self._frames[-1].name else ""
        used = [self._names[id(tensor)].removeprefix(prefix) for tensor in inputs if id(tensor) in self._names]
        label = operation_label(operation, args, kwargs, used)
        values = [tensor for tensor in inputs if id(tensor) not in self._names]
        name = prefix + label.kind
        shape = first_shape(values or inputs)
        return Call(name, self._numbered(name), label, is_leaf=True, input_shape=shape, sources=sources_of(inputs))

    def _note(self, error: Exception, call: Call) -> None:
        """Remember where an error was first seen, which is the innermost call."""
        if self.error is not error:
            self.failed, self.error = call, error

    def _numbered(self, name: str) -> str:
        self._times[name] += 1
        return name if self._times[name] == 1 else f"{name}#{self._times[name]}"

    def _newly_used(self, found: Iterable[Tensor]) -> list[nn.Parameter]:
        return [self._uncounted.pop(id(tensor)) for tensor in found if id(tensor) in self._uncounted]


def _is_shown(operation: Any, inputs: list[Tensor], outputs: list[Tensor], frame: Call) -> bool:
    """Return whether an operation computes something, or changes a shape in code that is not PyTorch's own."""
    if not inputs or not outputs:
        return False
    if operation.is_view or operation_name(operation) in _MOVES:
        return not frame.hides_views and inputs[0].shape != outputs[0].shape
    return True
