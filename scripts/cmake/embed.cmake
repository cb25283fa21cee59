# cmake -DIN=file -DOUT=file.cpp -DSYMBOL=name -P embed.cmake: the bytes of IN as a string_view.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUT} "#include <string_view>
namespace hagaki::embedded {
namespace { constexpr char kBytes[] = {${bytes}0}; }
extern const std::string_view ${SYMBOL};
const std::string_view ${SYMBOL}{kBytes, sizeof kBytes - 1};
}
")
