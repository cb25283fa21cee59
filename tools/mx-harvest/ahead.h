#pragma once

#include <istream>
#include <streambuf>
#include <string>
#include <vector>

/// A stream buffer that hands out bytes read already before those of another stream, which must
/// outlive it.
class Ahead : public std::streambuf {
 public:
  Ahead(std::string ahead, std::istream& rest);

 protected:
  int_type underflow() override;
  std::streamsize showmanyc() override;

 private:
  std::string bytes_;
  std::istream& rest_;
  std::vector<char> chunk_;
};
