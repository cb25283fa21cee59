#pragma once

#include <doctest/doctest.h>

/// Shows words where doctest would show their address: the names of cases are such.
template <>
struct doctest::StringMaker<const char*> {
  static String convert(const char* words) { return words == nullptr ? "(null)" : words; }
};
