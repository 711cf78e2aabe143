"""Captions from file names and folders, for pictures that nobody has described."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# Names that cameras, phones, programs and data sets give: they say nothing of the picture.
_EMPTY_WORDS = frozenset(
    "img imgs image images photo photos picture pictures pic pics dsc dscn dscf dcim pxl mvimg"
    " scan screenshot screenshots snapshot capture untitled unnamed unknown file frame frames"
    " download downloads copy final draft new tmp temp sample samples crop cropped resized"
    " thumbnail thumb wechat whatsapp sticker data dataset datasets train training val valid"
    " validation test testing split unused misc default all mmexport signal fb vid gif png jpg"
    " jpeg webp 图片 照片 微信图片 屏幕截图 截图 截屏 新建文件夹 未命名 数据 训练 测试 副本".split()
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATORS = re.compile(r"[\W_]+")
_TRAILING_NUMBER = re.compile(r"(?<=[^\W\d])\d+$")
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{8,}")
# ImageNet's "n01440764", "v2", "07w", "p0012": at most a letter or two and then digits.
_CODE = re.compile(r"[a-z]?\d[0-9a-z]*|[a-z]{2}\d{2,}[0-9a-z]*")
MAX_CATEGORIES = 3


def words_of_name(name: str) -> str:
    """Turn a file or folder name without its suffix into words; empty if it holds none.

    Example:
        >>> words_of_name("deep_elf_mage2"), words_of_name("IMG_20240318_1134")
        ('deep elf mage', '')
        >>> words_of_name("OrangeCat-03 (1)"), words_of_name("红色_短靴2")
        ('orange cat', '红色 短靴')
    """
    spaced = _SEPARATORS.sub(" ", _CAMEL.sub(" ", name)).lower()
    words = [_TRAILING_NUMBER.sub("", word) for word in spaced.split() if not _is_code(word)]
    return " ".join(word for word in words if word and word not in _EMPTY_WORDS)


def caption_of_path(path: str) -> str | None:
    """Make a caption of a picture's path: its name, then its folders from the nearest out.

    Args:
        path: Relative to the data set, with forward slashes.

    Returns:
        The caption; None if neither name nor folders hold words.

    Example:
        >>> caption_of_path("monsters/undead/bone_dragon2.png")
        'bone dragon, undead, monsters'
        >>> caption_of_path("cats/IMG_0007.jpg")
        'cats'
    """
    parts = PurePosixPath(path)
    name = words_of_name(parts.stem)
    captions = [name] if name else []
    for folder in reversed(parts.parts[:-1]):
        category = words_of_name(folder)
        said = " ".join(captions).replace(",", "").split()
        if category and not set(category.split()) <= set(said):
            captions.append(category)
    return ", ".join(captions[: MAX_CATEGORIES + 1]) or None


def _is_code(word: str) -> bool:
    return bool(_CODE.fullmatch(word) or _HEX.fullmatch(word))
